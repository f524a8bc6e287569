"""shim"""
from prepaid.schedule.offers import NoSchedule, Offers, Running, Schedule, cheapest_schedule
